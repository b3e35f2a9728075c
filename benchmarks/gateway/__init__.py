"""Our gateway beside a bare HTTP entrypoint of nameko: the same work asked of both, in the same run."""
