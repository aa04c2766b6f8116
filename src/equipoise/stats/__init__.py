"""Statistics of randomized trials on arrays and data frames, without a protocol."""
