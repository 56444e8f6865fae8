<?php
// A client of Piwigo's API for one key, on PHP's own streams.
class KeyRefused extends Exception {}
class Failed extends Exception {}

class Piwigo
{
    private array $headers = ['Content-Type: application/x-www-form-urlencoded'];

    public function __construct(private string $url, string $key)
    {
        // the header has another name since 16.1
        $renamed = !str_starts_with($this->call('pwg.getVersion'), '16.0.');
        $this->headers[] = ($renamed ? 'X-PIWIGO-API' : 'Authorization') . ": $key";
    }

    public function call(string $method, array $parameters = []): mixed
    {
        // POST: with a key, 16.4 loses the parameters of a GET. pwg_token: until 16.3 there must be one, any does
        $body = http_build_query(['method' => $method, 'pwg_token' => '-'] + $parameters);
        $http = ['method' => 'POST', 'header' => $this->headers, 'content' => $body, 'ignore_errors' => true];
        for ($tries = 0; $tries < 5; $tries++) {
            $answer = fopen("{$this->url}ws.php?format=json", 'r', false, stream_context_create(['http' => $http]));
            $text = stream_get_contents($answer);
            $head = stream_get_meta_data($answer)['wrapper_data'];
            $status = (int) explode(' ', $head[0])[1];
            if ($status != 429 && $status != 503) break;
            $after = preg_grep('/^retry-after: *\d+$/i', $head);
            sleep($after ? (int) trim(explode(':', reset($after))[1]) : 1);
        }
        $told = json_decode($text, true);
        if (!is_array($told)) throw new Failed($text, $status); // a server in front, or a few bare words of PHP's
        if ($told['stat'] == 'ok') return $told['result'];
        throw $told['message'] == 'Invalid api_key' ? new KeyRefused() : new Failed($told['message'], $told['err']);
    }
}
