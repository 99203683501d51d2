"""Schemas of requests, and the OpenAPI document made from them."""
