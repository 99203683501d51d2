"""Lines of the runbook that the walk in test_lines.py does not type: where each of them is run, or why by nobody."""

from __future__ import annotations

_E2E = "tests/e2e/"
_FRONT = f"{_E2E}test_compose_front.py::test_visitors_come_over_tls_to_both_gateways"
_NGINX = f"{_E2E}test_front.py::test_what_comes_through_the_front_is_what_the_mall_lets_in_and_says"
_RESTORED = f"{_E2E}test_compose_restore.py::test_the_stack_is_brought_back_and_issues_nothing_twice"
_FIRST_START = f"{_E2E}test_run.py::test_a_first_start_tells_what_it_took_and_what_to_try"
_REGION = f"{_E2E}test_region_page.py::test_the_page_leads_to_a_first_permit"
_CERTIFICATE = " ".join(f"/etc/letsencrypt/live/mpp.contoh.go.id/{name}.pem" for name in ("fullchain", "privkey"))
_BACKUP = "/var/lib/mpp/backups/mpp-20261127T013000Z"

# Typed on a stack by test_containers.py.
IN_CONTAINERS = {
    "docker compose up --build -d",
    "docker compose ps -a",
    "docker build --target mall -t virtual-mpp:local . && docker run --rm virtual-mpp:local secrets > .env",
    'docker run --rm --user "$(id -u)" -v "$PWD/region:/region" virtual-mpp:local region new 36.71',
    "docker compose up -d",
    "docker compose stop",
    "docker compose logs --tail 50 <layanan>",
    "docker compose up -d rabbitmq && docker compose run --rm prepare",
    "docker compose restart rabbitmq",
    "docker compose run --rm backup backup --keep 14",
    "docker compose --profile backup up -d --build",
    "docker compose run --rm backup doctor",
    "docker compose run --rm backup verify audit",
    "docker compose run --rm backup verify numbers",
    'docker compose exec -e MPP_PASSWORD="$MPP_PASSWORD" gateway mpp numbers gaps',
    "docker compose run --rm prepare doctor",
    "docker compose exec gateway mpp doctor",
    "docker compose exec permits mpp verify audit",
    "for s in permits civil_registry complaints gateway; do "
    "docker compose cp $s:/var/lib/mpp/audit/$s/$s.checkpoints salinan/; done",
}

TESTS = {
    **dict.fromkeys(
        IN_CONTAINERS, f"{_E2E}runbook/test_containers.py::test_every_line_for_compose_is_typed_as_it_is_printed"
    ),
    "make demo": _REGION,
    ".venv/bin/mpp region new 36.71": _REGION,
    "MPP_DATA=/folder/lain make run": _FIRST_START,
    "PORT=8080 make run": _FIRST_START,
    "docker compose logs -f gateway": f"{_E2E}test_compose.py::test_no_person_is_in_any_log_of_the_stack",
    "sh deploy/update.sh": f"{_E2E}test_compose_front.py::test_nobody_sees_an_update",
    "mkdir -p tls": _FRONT,
    "curl -s https://mpp.contoh.go.id/readyz": _FRONT,
    "docker compose exec front nginx -s reload": (
        f"{_E2E}test_compose_front.py::test_a_certificate_that_was_renewed_is_shown_without_a_pause"
    ),
    "cp deploy/nginx/mpp.conf /etc/nginx/conf.d/mpp.conf": _NGINX,
    "cp deploy/nginx/server/gateways /etc/nginx/mpp/gateways": _NGINX,
    "mpp numbers void": (
        "tests/integration/cases/test_voiding.py::test_a_voided_number_stays_in_the_book_with_its_reason"
    ),
    "mpp numbers confirm-void": (
        "tests/integration/cases/test_voiding.py::test_a_voided_number_stays_in_the_book_with_its_reason"
    ),
    ".venv/bin/mpp paper-keys rotate permits --env .env >> .env": (
        "tests/unit/test_paper_keys.py::test_the_command_prints_the_lines_that_change"
    ),
    "mpp prepare": f"{_E2E}test_compose.py::test_preparing_again_changes_nothing",
    ".venv/bin/mpp restore backups/mpp-20261127T013000Z --queues": (
        "tests/integration/restore/test_queues.py::test_partners_queues_are_made_again_with_their_bindings"
    ),
    "docker compose --profile front stop front gateway gateway2 permits civil_registry complaints": _RESTORED,
    f"docker compose run --rm backup restore {_BACKUP} --replace": _RESTORED,
    f"docker compose run --rm backup restore {_BACKUP} --queues": _RESTORED,
    "docker compose run --rm backup drop-former --yes": _RESTORED,
}

# What belongs to the machine and holds nothing of the mall's.
BY_HAND = {
    "apt install python3 python3-venv git make": "programs of the machine",
    "apt install nginx": "a program of the machine",
    "make setup": "made the .venv that runs the tests",
    "nano .env": "a person writes",
    "git pull": "another version, which is not there yet",
    "rm -f /etc/nginx/sites-enabled/default": "the machine's nginx",
    "mkdir -p /etc/nginx/mpp /etc/nginx/tls": "the machine's nginx",
    "nginx -t && systemctl reload nginx": "the machine's nginx",
    "install -d -o 10001 -m 700 /srv/cadangan": "a folder of the machine",
    "systemctl enable --now mpp-backup.timer": "systemd of the machine",
    "openssl rand -hex 32": "a program of the machine",
    **{f"cp {_CERTIFICATE} {to}": "the certificate of the machine" for to in ("tls/", "/etc/nginx/tls/")},
}
