"""Plain Otter Wiki under waitress: `python -m bench.plain PORT THREADS`, settings in the environment."""

import sys

import waitress
from otterwiki.server import app

if __name__ == "__main__":
    waitress.serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=int(sys.argv[2]), _quiet=True)
