"""Publishing's API: `public` for anybody, `results` for officials, `shapes` how rows are written as JSON."""
