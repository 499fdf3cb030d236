"""The office: pages, live messages, tables and files of the exam server."""
