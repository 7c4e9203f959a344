"""The subcommands of `mockgms` that send requests to a running server, and what all subcommands share."""
