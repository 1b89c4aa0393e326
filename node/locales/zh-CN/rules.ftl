# What the rules say. English stands in the rules themselves (schemas/src and node/src), so there is no such file in en/.
