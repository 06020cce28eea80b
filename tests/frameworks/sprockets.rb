# Rails serves what edgepress published: Sprockets makes a tree, edgepress presses it, and Sprockets' own manifest must name
# files that are there, with the sizes and integrity values of the published bytes.
#   ruby sprockets.rb EDGEPRESS WORK      needs ruby-sprockets (Debian)      last line `N passed, M failed`
require 'digest'
require 'fileutils'
require 'sprockets'

edgepress, work = ARGV
@passed = @failed = 0

def check(holds, what)
  holds ? @passed += 1 : @failed += 1
  puts "#{holds ? 'ok      ' : 'FAILED  '}#{what}"
end

def write(path, text)
  FileUtils.mkdir_p(File.dirname(path))
  File.write(path, text)
end

def press(edgepress, site, out, configuration)
  write("#{out}.toml", configuration)
  built = system(edgepress, 'build', site, '-o', out, '--no-cache', '--quiet', '--config', "#{out}.toml")
  check(built, "the build of #{out}")
end

FileUtils.rm_rf(work)
write("#{work}/app/app.css", "a { color : #ff0000 }\n")
write("#{work}/app/app.js", "( function ( ) { console . log ( 'hello' ) } ) ( )\n")
environment = Sprockets::Environment.new(work)
environment.append_path("#{work}/app")
environment.gzip = false
Sprockets::Manifest.new(environment, "#{work}/public/assets").compile('app.css', 'app.js')

{ 'adopted' => '', 'rehash' => "[names]\nmode = \"rehash\"\n" }.each do |name, configuration|
  out = "#{work}/#{name}"
  press(edgepress, "#{work}/public", out, configuration)
  manifest = Sprockets::Manifest.new(environment, "#{out}/assets")
  %w[app.css app.js].each do |logical|
    path = manifest.assets[logical]
    file = "#{out}/assets/#{path}"
    check(path && File.file?(file), "#{name}: #{logical} is #{path}")
    next unless path && File.file?(file)

    bytes, said = File.binread(file), manifest.files[path] || {}
    check(said['size'] == bytes.bytesize, "#{name}: the size of #{path}")
    check(said['integrity'] == "sha256-#{Digest::SHA256.base64digest(bytes)}", "#{name}: the integrity of #{path}")
    check(said['logical_path'] == logical, "#{name}: the logical path of #{path}")
  end
end

puts "#{@passed} passed, #{@failed} failed"
exit(@failed.zero? ? 0 : 1)
