"""Did the blind hold, and can its loss explain the effect?"""
