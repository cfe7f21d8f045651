"""Questions of the supervision pages; they read the apps below and write nothing."""
