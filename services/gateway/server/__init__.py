"""The gateway's half of the framework: HTTP connections, the web server, and the application in its container.

Here and in `services/gateway/service.py` alone does the gateway know nameko and eventlet.
"""
