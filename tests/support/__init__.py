"""What several kinds of tests share: copies of the real Core, and the tool run as a process."""
