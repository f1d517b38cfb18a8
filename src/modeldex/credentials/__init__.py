"""Where keys come from: the environment, files, the system's keyring."""
