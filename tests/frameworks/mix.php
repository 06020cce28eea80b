<?php
// Laravel serves what edgepress published: its own mix() reads our manifest and must name files that are there.
//   php mix.php EDGEPRESS WORK      needs php-laravel-framework (Debian)      last line `N passed, M failed`
// WORK/public is a finished tree with the manifest of Laravel Mix; once Mix made the manifest, once edgepress did on request.
require '/usr/share/php/Illuminate/autoload.php';

use Illuminate\Config\Repository;
use Illuminate\Foundation\Application;
use Illuminate\Foundation\Mix;

[, $edgepress, $work] = $argv;
$passed = $failed = 0;

function check(bool $holds, string $what): void
{
    global $passed, $failed;
    $holds ? $passed++ : $failed++;
    echo $holds ? 'ok      ' : 'FAILED  ', $what, "\n";
}

function write(string $path, string $text): void
{
    if (!is_dir(dirname($path))) {
        mkdir(dirname($path), 0777, true);
    }
    file_put_contents($path, $text);
}

/** Presses `site` as the public folder of `root`. */
function press(string $edgepress, string $site, string $root, string $configuration): void
{
    write("$root/edgepress.toml", $configuration);
    $line = array_map('escapeshellarg', [$edgepress, 'build', $site, '-o', "$root/public", '--no-cache', '--quiet', '--config', "$root/edgepress.toml"]);
    passthru(implode(' ', $line), $code);
    check($code === 0, "the build for $root");
}

/** What mix() says of `path` in the application at `root`. */
function named(string $root, string $path): string
{
    $app = new Application($root);
    $app->instance('config', new Repository(['app' => ['mix_url' => '', 'debug' => true]]));
    Application::setInstance($app);
    return (string) (new Mix())($path);
}

function is_served(string $root, string $path, bool $is_hashed): void
{
    $named = named($root, $path);
    $file = "$root/public" . parse_url($named, PHP_URL_PATH);
    check(is_file($file) && (!$is_hashed || basename($file) !== basename($path)), "$path is $named");
    parse_str(parse_url($named, PHP_URL_QUERY) ?? '', $query);
    if (isset($query['id'])) {
        check(strpos(md5_file($file), $query['id']) === 0, "the version of $path is that of the published bytes");
    }
}

passthru('rm -rf ' . escapeshellarg($work));
$site = "$work/site";
write("$site/js/app.js", "( function ( ) { console . log ( 'hello' ) } ) ( )\n");
write("$site/css/app.css", "a { color : #ff0000 }\n");
press($edgepress, $site, "$work/asked", "[names]\nmanifests = [\"laravel-mix\"]\n");
foreach (['/js/app.js', '/css/app.css'] as $path) {
    is_served("$work/asked", $path, true);
}
$version = substr(md5_file("$site/js/app.js"), 0, 20);
write("$site/mix-manifest.json", json_encode(['/js/app.js' => "/js/app.js?id=$version", '/css/app.css' => '/css/app.css'], JSON_UNESCAPED_SLASHES));
press($edgepress, $site, "$work/given", '');
foreach (['/js/app.js', '/css/app.css'] as $path) {
    is_served("$work/given", $path, true);
}
echo "$passed passed, $failed failed\n";
exit($failed === 0 ? 0 : 1);
