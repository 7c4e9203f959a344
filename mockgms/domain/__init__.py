"""What a callback service does, without HTTP, without a clock of its own and without IO."""
