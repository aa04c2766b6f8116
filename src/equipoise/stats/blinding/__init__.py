"""Success of blinding: indices, and what unblinding could explain."""
