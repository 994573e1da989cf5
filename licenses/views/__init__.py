"""Pages of licenses, keys, servers and files, one file per noun."""
