"""Questions of reports: what the documents say, what a recap holds, what has been issued."""
