"""The smoke test of a deployment, against a real server and against broken ones."""
