"""The subcommands of `mockgms` that talk to a running server, and what all subcommands share."""
