<?php
/*
 * Plugin Name: Contact Form 7
 * Plugin URI: https://example.org/
 * Description: A form.
 * Author: A. Person
 * License: GPL v2 or later
 * Version: 5.3.1
 */
define( 'WPCF7_VERSION', '5.3.1' );
