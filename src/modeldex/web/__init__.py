"""The HTTP face: the catalog as a service, for programs and for pages. Needs the extra `server`."""
