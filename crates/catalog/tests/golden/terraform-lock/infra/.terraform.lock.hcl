# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.

provider "registry.terraform.io/hashicorp/aws" {
  version     = "4.67.0"
  constraints = "~> 4.0"
  hashes = [
    "h1:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5=",
    "zh:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
  ]
}

provider "registry.opentofu.org/hashicorp/random" {
  version = "3.5.1"
  hashes = [
    "h1:1f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5=",
  ]
}
