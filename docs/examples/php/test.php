<?php
// Run by `php test.php`, with piwigo-reference on the path.
require __DIR__ . '/Piwigo.php';

/** Start the server; gives its first line, and the process, which ends when nothing holds it any more. */
function reference(string ...$options): array
{
    $command = ['piwigo-reference', '--port', '0', '--faithful', ...$options];
    $process = proc_open($command, [1 => ['pipe', 'w'], 2 => STDERR], $pipes);
    register_shutdown_function(fn () => proc_terminate($process));
    return json_decode(fgets($pipes[1]), true);
}

function own(array $server, string $act, array $body): void
{
    $http = ['method' => 'POST', 'content' => http_build_query($body), 'header' => 'Content-Type: application/x-www-form-urlencoded'];
    same('', file_get_contents("{$server['url']}_reference/$act", false, stream_context_create(['http' => $http])));
}

function same(mixed $expected, mixed $found): void
{
    if ($expected !== $found) throw new Exception(var_export($found, true) . ' in place of ' . var_export($expected, true));
}

function fails(string $kind, callable $act): Exception
{
    try {
        $act();
    } catch (Exception $error) {
        same($kind, get_class($error));
        return $error;
    }
    throw new Exception("no $kind");
}

foreach (['16.0', '16.1', '16.2', '16.3', '16.4', '17.0'] as $release) {
    $server = reference('--release', $release);
    $client = new Piwigo($server['url'], $server['webmaster_key']);
    same('webmaster', $client->call('pwg.session.getStatus')['username']);
    same(['lake.jpg'], array_column($client->call('pwg.categories.getImages', ['cat_id' => 1])['images'], 'file'));
    $client->call('pwg.tags.delete', ['tag_id' => $client->call('pwg.tags.add', ['name' => 'water'])['id']]);
}

$server = reference('--rate-limit', '1');
$alice = new Piwigo($server['url'], $server['api_key']);
same('alice', $alice->call('pwg.session.getStatus')['username']); // once more after the 429
$asked = json_decode(file_get_contents("{$server['url']}_reference/requests"), true);
same([200, 429, 200], array_column($asked, 'status'));

$server = reference();
$alice = new Piwigo($server['url'], $server['api_key']);
same('alice', $alice->call('pwg.session.getStatus')['username']);
$webmaster = new Piwigo($server['url'], $server['webmaster_key']);
$error = fails('Failed', fn () => $webmaster->call('pwg.categories.add'));
same([1002, 'Missing parameters: name'], [$error->getCode(), $error->getMessage()]);

own($server, 'revoke', ['pkid' => strtok($server['webmaster_key'], ':')]);
fails('KeyRefused', fn () => $webmaster->call('pwg.session.getStatus'));
own($server, 'clock', ['seconds' => 366 * 86400]);
fails('KeyRefused', fn () => $alice->call('pwg.session.getStatus'));
echo "all is well\n";
