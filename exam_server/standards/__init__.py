"""Standard setting: panels of experts judge where the pass mark of a paper should lie."""
