"""What the gateway speaks HTTP with: problems, tokens, strict bodies, conditional requests, OpenAPI.

Plain WSGI and werkzeug; the framework that serves it is the gateway's matter (`services/gateway/server`).
"""
