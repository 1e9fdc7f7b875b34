"""The wiki on AWS: one function behind one HTTP API, as a Pulumi program (docs/infrastructure.md)."""
