"""The sentences and words of permits in English, by topic."""
