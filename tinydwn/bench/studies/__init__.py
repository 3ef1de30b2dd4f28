"""What is measured: each file here has a `STUDY`, and needs no other entry anywhere."""
