"""The API of this app: the same services and permissions as its pages."""
