"""Where the bytes are: in GridFS, or in a bucket that speaks S3."""
