"""A pretend Pinduoduo (拼多多): as strict as the documents and the observers say the real one is."""
