from hypothesis import settings

# Each run uses the same examples, so that a new failure is due to a change and not to chance.
settings.register_profile("laws", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("laws")
