"""Operating characteristics: the trial run many times, and what its analysis then says."""
