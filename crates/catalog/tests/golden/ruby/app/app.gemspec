Gem::Specification.new do |s|
  s.name = "not-installed"
  s.version = "1.0"
end
