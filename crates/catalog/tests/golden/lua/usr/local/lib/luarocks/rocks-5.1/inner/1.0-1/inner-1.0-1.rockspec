rockspec_format = "3.0"
package = 'inner'
version = '1.0-1'
source = { url = "file://." }
dependencies = {}
build = { type = "builtin", modules = { inner = "greeter.lua" } }
