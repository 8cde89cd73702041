"""Applications for permits, decided beside the process that serves: by processes of their own."""
