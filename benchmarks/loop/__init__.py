"""The whole loop over HTTP: report, accept, start, complete, rate, closed."""
