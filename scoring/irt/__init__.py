"""Item response theory: models, marginal and conditional maximum likelihood, fit."""
