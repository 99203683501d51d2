"""What the routes answer, as schemas of the OpenAPI document."""
