"""The ASGI app that holds the parts together: composition, settings, doors, command line, Lambda handler."""
