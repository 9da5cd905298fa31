"""This is where pages get their looks: theme, controls, tiles, charts, tables and states. Frames in, pictures out."""
