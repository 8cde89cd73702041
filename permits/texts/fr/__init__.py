"""The sentences and words of permits in French, by topic."""
