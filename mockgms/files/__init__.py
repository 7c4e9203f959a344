"""Files that users name: regular files, and the port file."""
