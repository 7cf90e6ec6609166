/nix/store/mdfaqrzbhg6z90ihrgj0hzx70dm2ahpi-harbour-lib-1.2.3
