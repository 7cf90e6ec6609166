# -*- encoding: utf-8 -*-

Gem::Specification.new do |s|
  s.name = 'json'
  s.version = Gem::Version.new("2.6.1")
  s.license = "Ruby"
end
