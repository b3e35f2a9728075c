# One image for all services and for `steward provision`.
FROM python:3.11-slim

RUN useradd --system --create-home steward
WORKDIR /app
COPY . .

# The lock serves as constraints: its versions, without the local servers and the developers' tools.
# Editable, so that the commands find `config/` where they find it in a working copy.
RUN pip install --no-cache-dir --constraint requirements.lock setuptools \
    && pip install --no-cache-dir --constraint requirements.lock --no-build-isolation --editable .

USER steward
# The log is JSON: what libraries warn of at every start is none of it.
ENV PYTHONUNBUFFERED=1 PYTHONWARNINGS=ignore
