"""The HTTP interface of permits, one router a subject."""
