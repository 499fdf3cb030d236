"""Paper documents: Typst templates set as PDF/A with Chinese fonts embedded."""
