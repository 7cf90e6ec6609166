package = "greeter"
version = "1.2-3"
source = { url = "file://." }
description = {
   summary = "Greets",
   license = "MIT/X11",
}
dependencies = {
   "lua >= 5.1",
   "inner ~> 1.0",
}
build = { type = "builtin", modules = { greeter = "greeter.lua" } }
