module example.org/app

go 1.22

toolchain go1.22.3

require github.com/pkg/errors v0.9.1

require (
	golang.org/x/net v0.17.0
	github.com/docker/docker v24.0.7+incompatible // indirect
	"github.com/old/name" v1.0.0
	example.org/local v0.0.0
	example.org/pinned v1.1.0
)

replace (
	github.com/old/name => github.com/new/name v1.2.0
	example.org/local => ./local
	example.org/pinned v1.0.0 => example.org/pinned v1.0.1
)

exclude golang.org/x/net v0.16.0
