"""The network, and only here: addresses, credentials, caps, retries, one shared client."""
